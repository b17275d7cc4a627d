pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// Numbers on keys of our own; a digit that cannot be right is marked.
ScreenFrame {
    id: frame
    oneLine: true
    title: Shell.words["step.identity.title"]
    text: Theme.portrait ? Shell.words["step.identity.text"] : ""

    Column {
        id: fields
        anchors { left: parent.left; top: parent.top }
        width: Theme.portrait ? frame.width : frame.width * (Identity.letters ? 0.33 : 0.5)
        spacing: Theme.px(Theme.portrait ? 20 : 14)

        RowLayout {
            width: parent.width
            spacing: Theme.px(16)
            uniformCellSizes: true

            Repeater {
                model: Identity.countries

                BigButton {
                    required property var modelData
                    quiet: true
                    minimum: 0
                    chosen: modelData.chosen
                    implicitHeight: Theme.portrait ? Theme.touch : Theme.smallTouch
                    textSize: Theme.portrait ? Theme.bodySize : Theme.smallSize
                    text: modelData.name
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    onPressed: Identity.choose_country(modelData.code)
                }
            }
        }
        Repeater {
            model: Identity.fields

            FieldRow {
                required property var modelData
                width: fields.width
                label: modelData.label
                text: modelData.text
                current: modelData.current
                marked: modelData.marked
                onPressed: Identity.choose_field(modelData.name)
            }
        }
        Row {
            width: parent.width
            spacing: Theme.px(16)
            opacity: Identity.problem === "" ? 0 : 1

            Icon { id: sign; name: "warning"; color: Theme.stop; width: Theme.px(44) }
            Label {
                width: parent.width - sign.width - parent.spacing
                text: Identity.problem === "" ? " " : Identity.problem
                font.pixelSize: Theme.portrait ? Theme.bodySize : Theme.smallSize
                color: Theme.stop
                Accessible.role: Accessible.AlertMessage
            }
        }
    }
    Item {
        id: keys
        anchors { right: parent.right; bottom: parent.bottom }
        width: Theme.portrait ? frame.width : frame.width - fields.width - Theme.gap * 1.5
        anchors.top: Theme.portrait ? fields.bottom : parent.top
        anchors.topMargin: Theme.portrait ? Theme.gap : 0

        Keypad {
            visible: !Identity.letters
            width: Theme.portrait ? Math.min(parent.width, Theme.px(760)) : parent.width
            height: Math.min(parent.height, Theme.px(Theme.portrait ? 680 : 720))
            anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom }
        }
        Keyboard {
            visible: Identity.letters
            width: parent.width
            anchors.bottom: parent.bottom
        }
    }
    primary: BigButton {
        text: Identity.skips ? Shell.words["step.identity.skip"] : Shell.words["shell.next"]
        icon: "forward"
        iconAfter: true
        enabled: Identity.complete
        Layout.fillWidth: true
        onPressed: Identity.go_on()
    }
    quiet: BigButton {
        quiet: true
        icon: "back"
        text: Shell.words["shell.back"]
        onPressed: Shell.back()
    }
}
