import QtQuick
import Gishe
import "../controls"

// Numbers on keys of our own; a digit that cannot be right is marked.
ScreenFrame {
    id: frame
    title: Shell.words["step.identity.title"]
    text: Theme.portrait ? Shell.words["step.identity.text"] : ""

    Grid {
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        spacing: Theme.gap * 1.4

        Column {
            id: fields
            width: Theme.portrait ? frame.width : frame.width * 0.44
            spacing: Theme.px(24)

            Flow {
                width: parent.width
                spacing: Theme.px(16)

                Repeater {
                    model: Identity.countries

                    BigButton {
                        required property var modelData
                        quiet: true
                        implicitWidth: Math.floor((fields.width - 2 * Theme.px(16) - 1) / 3)
                        chosen: modelData.chosen
                        text: modelData.name
                        onPressed: Identity.choose_country(modelData.code)
                    }
                }
            }
            Repeater {
                model: Identity.fields

                Column {
                    id: entry
                    required property var modelData
                    width: fields.width
                    spacing: Theme.px(8)

                    Label {
                        width: parent.width
                        text: entry.modelData.label
                        color: Theme.softInk
                        font.pixelSize: Theme.smallSize
                    }
                    Rectangle {
                        width: parent.width
                        height: Theme.touch
                        radius: Theme.px(18)
                        color: Theme.surface
                        border.width: Theme.px(entry.modelData.current ? 5 : 2)
                        border.color: entry.modelData.current ? Theme.primary : Theme.line

                        Row {
                            LayoutMirroring.enabled: false
                            anchors { left: parent.left; leftMargin: Theme.px(30); verticalCenter: parent.verticalCenter }
                            spacing: Theme.px(7)

                            Repeater {
                                model: entry.modelData.text.split("")

                                Label {
                                    required property string modelData
                                    required property int index
                                    readonly property bool bad: entry.modelData.current && index === Identity.badDigit
                                    text: modelData
                                    font.pixelSize: Theme.headingSize
                                    font.weight: bad ? Font.Bold : Font.DemiBold
                                    font.underline: bad
                                    color: bad ? Theme.stop : Theme.ink
                                }
                            }
                        }
                        MouseArea { anchors.fill: parent; onClicked: Identity.choose_field(entry.modelData.name) }
                    }
                }
            }
            Label {
                width: parent.width
                text: Identity.problem === "" ? " " : "⚠ " + Identity.problem
                color: Theme.stop
            }
        }
        Item {
            width: Theme.portrait ? frame.width : frame.width - fields.width - Theme.gap * 1.4
            height: childrenRect.height

            Keypad {
                visible: !Identity.letters
                cell: Theme.portrait ? Theme.px(Shell.largeType ? 104 : 150) : Theme.px(138)
                anchors.horizontalCenter: parent.horizontalCenter
            }
            Keyboard { visible: Identity.letters; width: parent.width }
        }
    }
    actions: [
        BigButton {
            text: Identity.skips ? Shell.words["step.identity.skip"] : Shell.words["shell.next"]
            enabled: Identity.complete
            width: Theme.portrait ? frame.width - Theme.px(320) - Theme.gap : implicitWidth
            onPressed: Identity.go_on()
        },
        BigButton { quiet: true; text: Shell.words["shell.back"]; onPressed: Shell.back() }
    ]
}
