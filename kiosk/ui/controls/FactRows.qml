import QtQuick

// Label and value, one below the other, on a card.
Rectangle {
    id: card

    required property var rows

    implicitHeight: column.implicitHeight + Theme.px(56)
    radius: Theme.radius
    color: Theme.surface
    border.width: Math.max(1, Theme.px(2))
    border.color: Theme.line

    Column {
        id: column
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.px(32) }
        spacing: Theme.px(22)

        Repeater {
            model: card.rows

            Column {
                required property var modelData
                width: column.width
                spacing: Theme.px(2)

                Label {
                    width: parent.width
                    text: parent.modelData.label
                    color: Theme.softInk
                    font.pixelSize: Theme.smallSize
                }
                Label {
                    width: parent.width
                    text: parent.modelData.value
                    font.weight: Font.DemiBold
                }
            }
        }
    }
}
