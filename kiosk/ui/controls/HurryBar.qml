import QtQuick
import Gishe

// Little time is left: says so calmly and offers more.
Rectangle {
    visible: Shell.hurry
    implicitHeight: visible ? Math.max(Theme.smallTouch + Theme.px(28), words.implicitHeight + Theme.px(30)) : 0
    radius: Theme.radius
    color: Theme.cautionSoft
    border.width: Theme.px(3)
    border.color: Theme.caution

    Icon {
        id: clock
        anchors { left: parent.left; verticalCenter: parent.verticalCenter; leftMargin: Theme.px(30) }
        name: "clock"
        color: Theme.caution
        width: Theme.px(52)
    }
    Label {
        id: words
        anchors { left: clock.right; right: more.left; verticalCenter: parent.verticalCenter; margins: Theme.px(22) }
        text: Shell.hurryText
        color: Theme.caution
        font.weight: Font.DemiBold
        Accessible.role: Accessible.AlertMessage
    }
    BigButton {
        id: more
        anchors { right: parent.right; verticalCenter: parent.verticalCenter; rightMargin: Theme.px(14) }
        implicitHeight: Theme.smallTouch
        quiet: true
        text: Shell.words["shell.more_time"]
        onPressed: Shell.more_time()
    }
}
