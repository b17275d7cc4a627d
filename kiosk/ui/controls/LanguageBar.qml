pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe

// Each language by its own name, in the same order in all of them.
RowLayout {
    id: bar

    spacing: Theme.px(20)
    uniformCellSizes: true
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Repeater {
        model: Welcome.languages

        BigButton {
            required property var modelData
            quiet: true
            checkable: true
            minimum: 0
            chosen: modelData.code === Shell.language
            text: modelData.name
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            onPressed: Welcome.choose(modelData.code)
        }
    }
}
