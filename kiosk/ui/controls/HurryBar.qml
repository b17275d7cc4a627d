import QtQuick
import Gishe

// Little time is left: says so calmly and offers more.
Rectangle {
    visible: Shell.hurry
    implicitHeight: visible ? Math.max(Theme.px(124), words.implicitHeight + Theme.px(30)) : 0
    radius: Theme.radius
    color: Theme.surface
    border.width: Theme.px(3)
    border.color: Theme.caution

    Label {
        id: words
        anchors { left: parent.left; right: more.left; verticalCenter: parent.verticalCenter; margins: Theme.px(28) }
        text: Shell.hurryText
        color: Theme.caution
    }
    BigButton {
        id: more
        anchors { right: parent.right; verticalCenter: parent.verticalCenter; rightMargin: Theme.px(14) }
        implicitHeight: Theme.px(96)
        quiet: true
        text: Shell.words["shell.more_time"]
        onPressed: Shell.more_time()
    }
}
