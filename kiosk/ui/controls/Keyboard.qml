import QtQuick
import Gishe

// Letters and digits as they are printed on cards and passports.
Column {
    id: board

    property real keyWidth: (width - 9 * spacing) / 10

    spacing: Theme.px(12)
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Repeater {
        model: ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM⌫"]

        Row {
            id: line
            required property string modelData
            anchors.horizontalCenter: parent?.horizontalCenter
            spacing: board.spacing

            Repeater {
                model: line.modelData.split("")

                BigButton {
                    required property string modelData
                    implicitWidth: modelData === "⌫" ? board.keyWidth * 1.6 : board.keyWidth
                    implicitHeight: Theme.px(104)
                    quiet: true
                    text: modelData
                    Accessible.name: modelData === "⌫" ? Shell.words["step.identity.erase"] : modelData
                    onPressed: modelData === "⌫" ? Identity.erase() : Identity.press(modelData)
                }
            }
        }
    }
}
