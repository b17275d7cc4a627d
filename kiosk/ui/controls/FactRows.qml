pragma ComponentBehavior: Bound
import QtQuick

// Label and value, side by side where there is room, on a card.
Rectangle {
    id: card

    required property var rows
    readonly property real labelShare: 0.36

    implicitHeight: column.implicitHeight + Theme.px(28)
    radius: Theme.radius
    color: Theme.surface
    border.width: Theme.hairline
    border.color: Theme.line

    Grid {
        id: column
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.px(14) }
        anchors.leftMargin: Theme.px(36)
        anchors.rightMargin: Theme.px(36)
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.px(56)

        Repeater {
            model: card.rows

            Item {
                id: line
                required property var modelData
                required property int index
                width: Math.floor((column.width - (column.columns - 1) * column.columnSpacing) / column.columns)
                height: Math.max(name.implicitHeight, value.implicitHeight) + Theme.px(34)

                Rectangle {
                    visible: line.index >= column.columns
                    width: parent.width
                    height: Theme.hairline
                    color: Theme.line
                }
                Label {
                    id: name
                    anchors { left: parent.left; verticalCenter: parent.verticalCenter }
                    width: parent.width * card.labelShare - Theme.gap
                    text: line.modelData.label
                    color: Theme.softInk
                    font.pixelSize: Theme.smallSize
                }
                Label {
                    id: value
                    anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                    width: parent.width * (1 - card.labelShare)
                    text: line.modelData.value
                    font.weight: Font.DemiBold
                }
            }
        }
    }
}
