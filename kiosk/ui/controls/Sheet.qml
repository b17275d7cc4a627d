import QtQuick

// A question over the screen; the rest waits behind a veil.
Rectangle {
    id: sheet

    property bool open: false
    property string title: ""
    property string text: ""
    default property alias content: parts.data

    visible: opacity > 0
    opacity: open ? 1 : 0
    color: Theme.strong ? "#F2000000" : "#B3142338"
    Behavior on opacity { NumberAnimation { duration: 140 } }

    MouseArea { anchors.fill: parent; onClicked: sheet.open = false }
    Rectangle {
        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom }
        anchors.bottomMargin: Theme.portrait ? Theme.margin : (parent.height - height) / 2
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(1240))
        height: column.implicitHeight + Theme.px(104)
        radius: Theme.radius * 1.4
        color: Theme.strong ? Theme.surface : Theme.ground
        border.width: Theme.strong ? Theme.hairline : 0
        border.color: Theme.line

        MouseArea { anchors.fill: parent }
        Column {
            id: column
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.px(52) }
            spacing: Theme.gap

            Label {
                width: parent.width
                text: sheet.title
                font.pixelSize: Theme.headingSize
                font.weight: Font.Bold
                Accessible.role: Accessible.Heading
            }
            Label {
                width: parent.width
                text: sheet.text
                visible: text !== ""
                color: Theme.softInk
            }
            Column {
                id: parts
                width: parent.width
                spacing: Theme.gap
            }
        }
    }
}
