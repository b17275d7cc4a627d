pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe

// Digits in the person's script; the layout of a telephone, the same in all languages.
GridLayout {
    id: pad

    columns: 3
    columnSpacing: Theme.px(18)
    rowSpacing: Theme.px(18)
    uniformCellWidths: true
    uniformCellHeights: true
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Repeater {
        model: [...Identity.keys.slice(0, 9), "clear", Identity.keys[9], "erase"]

        BigButton {
            required property string modelData
            readonly property bool digit: modelData.length === 1
            quiet: true
            minimum: 0
            implicitHeight: Theme.smallTouch
            textSize: Theme.headingSize
            text: digit ? modelData : ""
            icon: digit ? "" : modelData === "erase" ? "erase" : "cross"
            Accessible.name: digit ? modelData : Shell.words["step.identity." + modelData]
            Layout.fillWidth: true
            Layout.fillHeight: true
            onPressed: digit ? Identity.press(modelData) : modelData === "erase" ? Identity.erase() : Identity.clear()
        }
    }
}
