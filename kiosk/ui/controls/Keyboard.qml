pragma ComponentBehavior: Bound
import QtQuick
import Gishe

// Letters and digits as they are printed on cards and passports.
Column {
    id: board

    readonly property real keyWidth: Math.floor((width - 9 * Theme.px(12)) / 10)
    property real keyHeight: Theme.smallTouch

    spacing: Theme.px(14)
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Repeater {
        model: ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM<"]

        Row {
            id: line
            required property string modelData
            anchors.horizontalCenter: parent?.horizontalCenter
            spacing: Theme.px(12)

            Repeater {
                model: line.modelData.split("")

                BigButton {
                    required property string modelData
                    readonly property bool erases: modelData === "<"
                    quiet: true
                    minimum: 0
                    width: board.keyWidth * (erases ? 2 : 1) + (erases ? line.spacing : 0)
                    height: board.keyHeight
                    radius: Theme.px(18)
                    text: erases ? "" : modelData
                    icon: erases ? "erase" : ""
                    Accessible.name: erases ? Shell.words["step.identity.erase"] : modelData
                    onPressed: erases ? Identity.erase() : Identity.press(modelData)
                }
            }
        }
    }
}
