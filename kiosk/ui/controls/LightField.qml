import QtQuick
import QtQuick.Window
import Gishe

// The whole screen in one colour, the mirror in its middle; tells when the colour can be seen. Words and a touch stay at hand.
Item {
    id: field

    property color colour: "black"
    property int number: -1
    readonly property bool lit: Light.colour !== ""
    readonly property int wanted: lit ? Light.number : -1

    visible: lit
    onLitChanged: number = -1
    onWantedChanged: {
        if (lit)
            colour = Light.colour;
    }

    // What is painted is seen once the frame was handed to the screen.
    Connections {
        target: field.Window.window
        enabled: field.lit && field.number !== field.wanted
        function onFrameSwapped() {
            if (field.lit && field.number !== field.wanted) {
                field.number = field.wanted;
                Light.shown(field.wanted);
            }
        }
    }
    MouseArea { anchors.fill: parent }
    Rectangle {
        anchors.fill: parent
        color: field.colour
    }
    MirrorView {
        anchors { top: parent.top; bottom: plate.top; horizontalCenter: parent.horizontalCenter; margins: Theme.margin }
        width: Math.min(parent.width * 0.6, height * 0.8)
        oval: true
        groundColor: field.colour
    }
    Column {
        id: plate
        anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter; bottomMargin: Theme.margin }
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(900))
        spacing: Theme.gap

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.min(parent.width, words.implicitWidth + Theme.px(64))
            height: words.height + Theme.px(24)
            radius: Theme.radius
            color: Theme.surface

            Label {
                id: words
                anchors.centerIn: parent
                width: Math.min(implicitWidth, plate.width - Theme.px(64))
                horizontalAlignment: Text.AlignHCenter
                text: Liveness.guidance
                Accessible.role: Accessible.AlertMessage
            }
        }
        BigButton {
            anchors.horizontalCenter: parent.horizontalCenter
            quiet: true
            text: Shell.words["step.liveness.light_leave_out"]
            onPressed: Light.leave_out()
        }
    }
}
