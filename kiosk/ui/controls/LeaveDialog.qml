import QtQuick
import Gishe

// Asks once before a session is left.
Rectangle {
    id: dialog

    property bool open: false

    visible: open
    color: Theme.strong ? "#E6000000" : "#B3162639"

    MouseArea { anchors.fill: parent }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(900))
        height: column.implicitHeight + Theme.px(100)
        radius: Theme.radius
        color: Theme.surface
        border.width: Theme.strong ? Theme.px(4) : 0
        border.color: Theme.line

        Column {
            id: column
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.px(50) }
            spacing: Theme.gap

            Label {
                width: parent.width
                text: Shell.words["leave.title"]
                font.pixelSize: Theme.headingSize
                font.weight: Font.Bold
            }
            Label { width: parent.width; text: Shell.words["leave.text"]; color: Theme.softInk }
            Flow {
                width: parent.width
                spacing: Theme.gap

                BigButton { text: Shell.words["leave.stay"]; onPressed: dialog.open = false }
                BigButton {
                    quiet: true
                    text: Shell.words["leave.stop"]
                    onPressed: {
                        dialog.open = false;
                        Shell.decline();
                    }
                }
            }
        }
    }
}
