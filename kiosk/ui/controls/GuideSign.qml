pragma ComponentBehavior: Bound
import QtQuick

// What is to be done, as a moving picture: gestures, distance, place, light. In the mirror the person's own left is on the left.
Item {
    id: sign

    property string kind: ""
    property real swing: 0
    readonly property string towards: kind.startsWith("look_") ? kind.slice(5) : ""
    readonly property string drawing: ["light", "camera"].includes(kind) ? kind : cardly ? "card" : kind === "good" ? "check" : ""
    readonly property bool cardly: ["card", "turn_card", "tilt_card"].includes(kind)
    readonly property bool upright: towards === "up" || towards === "down"
    readonly property real headHeight: Math.min(height * (upright ? 0.62 : 0.9), width * 0.5)

    implicitWidth: Theme.px(440)
    implicitHeight: Theme.px(280)
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    Accessible.ignored: true

    SequentialAnimation on swing {
        running: sign.visible && sign.kind !== "" && (sign.drawing === "" || sign.kind.endsWith("_card"))
        loops: Animation.Infinite
        NumberAnimation { from: 0; to: 1; duration: 700; easing.type: Easing.InOutSine }
        PauseAnimation { duration: 500 }
        NumberAnimation { from: 1; to: 0; duration: 700; easing.type: Easing.InOutSine }
        PauseAnimation { duration: 300 }
    }
    Rectangle {
        visible: sign.drawing !== ""
        anchors.centerIn: parent
        height: Math.min(sign.height * 0.8, Theme.px(190))
        width: height
        radius: width / 2
        color: sign.kind === "good" ? Theme.good : Theme.primarySoft
        border.width: sign.kind === "good" ? 0 : Theme.px(6)
        border.color: Theme.primary

        Icon {
            id: drawn
            anchors.centerIn: parent
            width: parent.width * 0.58
            height: width
            name: sign.drawing
            color: sign.kind === "good" ? Theme.inkOnSign : Theme.primary
            // Turned over about its upright axis, or tilted about the level one.
            transform: Rotation {
                origin { x: drawn.width / 2; y: drawn.height / 2 }
                axis { x: sign.kind === "tilt_card" ? 1 : 0; y: sign.kind === "turn_card" ? 1 : 0; z: 0 }
                angle: sign.kind === "turn_card" ? 180 * sign.swing : sign.kind === "tilt_card" ? 50 * sign.swing - 25 : 0
            }
        }
    }
    HeadSign {
        visible: sign.kind === "alone"
        height: sign.headHeight * 0.8
        width: height * 0.84
        anchors.verticalCenter: parent.verticalCenter
        x: (sign.width - width) / 2 + width * (0.7 + 0.5 * sign.swing)
        opacity: 0.75 - 0.75 * sign.swing
        ink: Theme.softInk
    }
    HeadSign {
        visible: sign.drawing === ""
        opacity: sign.kind === "" ? 0.4 : 1
        height: sign.headHeight
        width: height * 0.84
        x: (sign.width - width) / 2 + (sign.kind === "middle" ? (1 - sign.swing) * sign.width * 0.2 : 0)
        y: (sign.height - height) / 2 + (sign.towards === "up" ? 1 : sign.towards === "down" ? -1 : 0) * sign.height * 0.18
        dx: sign.towards === "left" ? -sign.swing : sign.towards === "right" ? sign.swing : sign.kind === "straight" ? 0.8 - 0.8 * sign.swing : 0
        dy: sign.towards === "up" ? -sign.swing : sign.towards === "down" ? sign.swing : 0
        mouth: sign.kind === "open_mouth" ? sign.swing : 0
        smile: sign.kind === "smile" ? 0.001 + sign.swing : 0
        lids: sign.kind === "blink" ? sign.swing : sign.kind === "eyes" ? 1 - sign.swing : 0
        scale: sign.kind === "closer" ? 0.66 + 0.34 * sign.swing : sign.kind === "back" ? 1 - 0.3 * sign.swing : 1
    }
    Rectangle {
        // A ring that closes round a head that does not move.
        visible: sign.kind === "hold_still"
        anchors.centerIn: parent
        height: sign.headHeight * (1.24 - 0.1 * sign.swing)
        width: height
        radius: height / 2
        color: "transparent"
        border.width: Theme.px(8)
        border.color: Theme.accent
    }
    ArrowSign {
        visible: sign.towards !== ""
        towards: sign.towards
        swing: sign.swing
        width: Math.min(sign.height * 0.36, Theme.px(120))
        height: width
        x: sign.towards === "left" ? sign.width * 0.04 : sign.towards === "right" ? sign.width * 0.96 - width : (sign.width - width) / 2
        y: sign.towards === "up" ? 0 : sign.towards === "down" ? sign.height - height : (sign.height - height) / 2
    }
}
