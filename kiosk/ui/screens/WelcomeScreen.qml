import QtQuick
import Gishe
import "../controls"

// Language, assistance, start.
Item {
    Column {
        id: words
        anchors { top: parent.top; left: parent.left; right: parent.right }
        anchors.topMargin: Theme.portrait && !Shell.largeType ? parent.height * 0.09 : 0
        spacing: Theme.px(22)

        Item {
            visible: Theme.portrait
            width: parent.width
            height: Theme.px(250)

            GestureSign {
                x: Shell.rightToLeft ? parent.width - width : 0
                width: Theme.px(170)
                height: Theme.px(250)
            }
        }
        Label {
            width: parent.width
            text: Shell.words["step.welcome.title"]
            font.pixelSize: Math.round(Theme.titleSize * 1.4)
            font.weight: Font.Bold
            lineHeight: 0.8
        }
        Label {
            width: parent.width
            text: Shell.words["step.welcome.text"]
            font.pixelSize: Theme.headingSize
        }
        Label {
            width: parent.width
            text: Shell.words["step.welcome.private"]
            color: Theme.softInk
        }
    }
    Column {
        anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
        spacing: Theme.px(34)

        Column {
            width: parent.width
            spacing: Theme.px(16)

            Label { text: Shell.words["help.title"]; color: Theme.softInk; width: parent.width }
            HelpBar { width: parent.width }
        }
        Flow {
            width: parent.width
            spacing: Theme.px(20)
            LayoutMirroring.enabled: false

            Repeater {
                model: Welcome.languages

                BigButton {
                    required property var modelData
                    quiet: true
                    chosen: modelData.code === Shell.language
                    glyph: chosen ? "✓" : ""
                    text: modelData.name
                    implicitWidth: Math.floor((parent.width - 2 * Theme.px(20) - 1) / 3)
                    onPressed: Welcome.choose(modelData.code)
                }
            }
        }
        BigButton {
            width: parent.width
            implicitHeight: Theme.px(168)
            text: Shell.words["step.welcome.start"]
            onPressed: Welcome.go_on()
        }
    }
}
