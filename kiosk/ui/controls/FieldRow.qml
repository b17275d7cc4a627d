pragma ComponentBehavior: Bound
import QtQuick

// One number that is typed; the digits that cannot be right are underlined and have a colour.
Column {
    id: field

    required property string label
    required property string text
    property bool current: false
    property var marked: []

    signal pressed()

    spacing: Theme.px(6)

    Label {
        width: parent.width
        text: field.label
        color: Theme.softInk
        font.pixelSize: Theme.smallSize
    }
    Rectangle {
        width: parent.width
        height: Theme.portrait ? Theme.touch : Theme.smallTouch
        radius: Theme.px(20)
        color: Theme.surface
        border.width: field.current ? Math.max(3, Theme.px(5)) : Theme.hairline
        border.color: field.current ? Theme.primary : Theme.edge
        Accessible.role: Accessible.EditableText
        Accessible.name: field.label

        // Numbers run from left to right in all three scripts.
        Row {
            id: signs
            LayoutMirroring.enabled: false
            anchors { left: parent.left; leftMargin: Theme.px(30); verticalCenter: parent.verticalCenter }
            spacing: Theme.px(6)

            Repeater {
                model: field.text.split("")

                Label {
                    required property string modelData
                    required property int index
                    readonly property bool bad: field.marked.includes(index)
                    text: modelData
                    font.pixelSize: Theme.headingSize
                    font.weight: bad ? Font.Bold : Font.DemiBold
                    font.underline: bad
                    color: bad ? Theme.stop : Theme.ink
                }
            }
        }
        Rectangle {
            visible: field.current
            x: signs.x + signs.width + (field.text === "" ? 0 : Theme.px(6))
            anchors.verticalCenter: parent.verticalCenter
            width: Math.max(2, Theme.px(4))
            height: parent.height * 0.46
            color: Theme.primary

            SequentialAnimation on opacity {
                loops: Animation.Infinite
                PauseAnimation { duration: 700 }
                NumberAnimation { to: 0; duration: 250 }
                PauseAnimation { duration: 350 }
                NumberAnimation { to: 1; duration: 250 }
            }
        }
        MouseArea { anchors.fill: parent; onClicked: field.pressed() }
    }
}
