import QtQuick
import Gishe
import "../controls"

// The oval, one line of words, the ring.
Item {
    id: screen

    Item {
        id: mirror
        anchors.left: parent.left
        anchors.top: parent.top
        width: Theme.portrait ? parent.width : parent.width * 0.54
        height: Theme.portrait ? parent.height * 0.62 : parent.height

        MirrorView {
            anchors.fill: parent
            progress: Face.progress
            good: Face.good
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
            anchors.topMargin: Theme.portrait ? 0 : parent.height * 0.18
            spacing: Theme.px(24)

            Label {
                width: parent.width
                horizontalAlignment: Theme.portrait ? Text.AlignHCenter : Text.AlignLeft
                text: Shell.words["step.face.title"]
                color: Theme.softInk
            }
            Label {
                width: parent.width
                horizontalAlignment: Theme.portrait ? Text.AlignHCenter : Text.AlignLeft
                text: Shell.cameraProblem !== "" ? Shell.cameraProblem
                    : Face.guidance !== "" ? (Face.good ? "✓ " : "") + Face.guidance : Shell.words["step.face.text"]
                color: Face.good ? Theme.good : Theme.ink
                font.pixelSize: Theme.titleSize
                font.weight: Font.Bold
                lineHeight: 0.8
            }
        }
        Flow {
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
            spacing: Theme.gap

            BigButton { quiet: true; text: Shell.words["shell.back"]; onPressed: Shell.back() }
            BigButton { quiet: true; text: Shell.words["shell.clerk"]; onPressed: Shell.clerk() }
        }
    }
}
