import QtQuick

// A small face that shows the movement. In the mirror the person's own left is on the left.
Item {
    id: sign

    property string kind: ""
    property real swing: 0
    readonly property real dx: (kind === "look_left" ? -1 : kind === "look_right" ? 1 : 0) * swing
    readonly property real dy: (kind === "look_up" ? -1 : kind === "look_down" ? 1 : 0) * swing
    readonly property real mouth: kind === "open_mouth" ? swing : 0
    readonly property real lids: kind === "blink" ? swing : 0

    implicitWidth: Theme.px(190)
    implicitHeight: Theme.px(190)
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    SequentialAnimation on swing {
        running: sign.visible && sign.kind !== ""
        loops: Animation.Infinite
        NumberAnimation { from: 0; to: 1; duration: 650; easing.type: Easing.InOutSine }
        PauseAnimation { duration: 450 }
        NumberAnimation { from: 1; to: 0; duration: 650; easing.type: Easing.InOutSine }
        PauseAnimation { duration: 300 }
    }
    Rectangle {
        id: head
        anchors.centerIn: parent
        width: sign.height * 0.5
        height: sign.height * 0.6
        radius: width / 2
        color: Theme.primarySoft
        border.width: Theme.px(7)
        border.color: Theme.primary

        Repeater {
            model: [-1, 1]

            Rectangle {
                required property int modelData
                width: head.width * 0.13
                height: Math.max(Theme.px(5), width * (1 - sign.lids))
                radius: width / 2
                color: Theme.primary
                x: head.width / 2 - width / 2 + modelData * head.width * 0.2 + sign.dx * head.width * 0.2
                y: head.height * 0.4 - height / 2 + sign.dy * head.height * 0.14
            }
        }
        Rectangle {
            width: head.width * (0.36 - 0.1 * sign.mouth)
            height: Theme.px(8) + head.height * 0.18 * sign.mouth
            radius: height / 2
            color: Theme.primary
            x: head.width / 2 - width / 2 + sign.dx * head.width * 0.2
            y: head.height * 0.66 - height / 3 + sign.dy * head.height * 0.12
        }
    }
    Repeater {
        model: [["look_left", 0, 0.5, 180], ["look_right", 1, 0.5, 0], ["look_up", 0.5, 0, 270], ["look_down", 0.5, 1, 90]]

        Canvas {
            id: arrow
            required property var modelData
            visible: sign.kind === modelData[0]
            width: Theme.px(56)
            height: Theme.px(56)
            x: modelData[1] * (sign.width - width)
            y: modelData[2] * (sign.height - height)
            rotation: modelData[3]
            property color colour: Theme.accent
            onColourChanged: requestPaint()
            onPaint: {
                const c = getContext("2d");
                c.reset();
                c.strokeStyle = colour;
                c.lineWidth = width * 0.2;
                c.lineCap = "round";
                c.lineJoin = "round";
                c.beginPath();
                c.moveTo(width * 0.3, height * 0.18);
                c.lineTo(width * 0.72, height * 0.5);
                c.lineTo(width * 0.3, height * 0.82);
                c.stroke();
            }
        }
    }
}
