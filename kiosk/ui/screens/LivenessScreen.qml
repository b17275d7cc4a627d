import QtQuick
import Gishe
import "../controls"

// The movement that is asked, as picture and words; time and what is done.
Item {
    id: screen

    Item {
        id: mirror
        anchors.left: parent.left
        anchors.top: parent.top
        width: Theme.portrait ? parent.width : parent.width * 0.5
        height: Theme.portrait ? parent.height * 0.5 : parent.height

        MirrorView {
            anchors.fill: parent
            progress: Liveness.window
            good: Liveness.gesture === "" && Liveness.done > 0
        }
    }
    Item {
        anchors { right: parent.right; bottom: parent.bottom }
        anchors.left: Theme.portrait ? parent.left : mirror.right
        anchors.leftMargin: Theme.portrait ? 0 : Theme.gap
        anchors.top: Theme.portrait ? mirror.bottom : parent.top
        anchors.topMargin: Theme.gap

        Column {
            anchors { left: parent.left; right: parent.right; top: parent.top }
            anchors.topMargin: Theme.portrait ? 0 : parent.height * 0.06
            spacing: Theme.px(26)

            GestureSign {
                anchors.horizontalCenter: parent.horizontalCenter
                width: Theme.px(380)
                height: Theme.px(300)
                kind: Liveness.gesture
                opacity: Liveness.gesture !== "" ? 1 : 0.35
            }
            Label {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: Shell.cameraProblem !== "" ? Shell.cameraProblem
                    : Liveness.waiting ? Shell.words["step.liveness.waiting"] : Liveness.guidance
                font.pixelSize: Theme.titleSize
                font.weight: Font.Bold
                lineHeight: 0.8
            }
            Row {
                anchors.horizontalCenter: parent.horizontalCenter
                spacing: Theme.px(22)

                Repeater {
                    model: Liveness.count

                    Rectangle {
                        required property int index
                        width: Theme.px(52)
                        height: width
                        radius: width / 2
                        color: index < Liveness.done ? Theme.good : Theme.surface
                        border.width: Theme.px(4)
                        border.color: index < Liveness.done ? Theme.good : index === Liveness.done ? Theme.primary : Theme.line

                        Label {
                            anchors.centerIn: parent
                            visible: parent.index < Liveness.done
                            text: "✓"
                            color: Theme.strong ? "#000000" : "#FFFFFF"
                            font.pixelSize: Theme.smallSize
                        }
                    }
                }
            }
            Label {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: Liveness.attempt
                visible: text !== ""
                color: Theme.softInk
                font.pixelSize: Theme.smallSize
            }
        }
        BigButton {
            anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter }
            quiet: true
            text: Shell.words["step.liveness.clerk"]
            onPressed: Liveness.clerk()
        }
    }
}
