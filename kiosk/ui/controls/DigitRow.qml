pragma ComponentBehavior: Bound
import QtQuick

// A number with some of its characters marked: underlined, bold and coloured, so that no colour says it alone.
Column {
    id: row

    required property string label
    required property string text
    property var marked: []

    spacing: Theme.px(4)
    Accessible.role: Accessible.StaticText
    Accessible.name: row.label + " " + row.text

    Label {
        width: parent.width
        text: row.label
        color: Theme.softInk
        font.pixelSize: Theme.smallSize
    }
    Item {
        width: parent.width
        height: digits.height

        // It stands on the reading side; numbers themselves run from left to right in all three scripts.
        Item {
            anchors.left: parent.left
            width: digits.width

            Row {
                id: digits
                LayoutMirroring.enabled: false
                LayoutMirroring.childrenInherit: true
                spacing: Theme.px(6)

                Repeater {
                    model: row.text.split("")

                    Label {
                        required property string modelData
                        required property int index
                        readonly property bool bad: row.marked.includes(index)
                        text: modelData
                        font.pixelSize: Theme.headingSize
                        font.weight: bad ? Font.Bold : Font.DemiBold
                        font.underline: bad
                        color: bad ? Theme.stop : Theme.ink
                    }
                }
            }
        }
    }
}
