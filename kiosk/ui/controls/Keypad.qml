import QtQuick
import Gishe

// Digits in the person's script; the layout of a telephone, the same in all languages.
Grid {
    id: pad

    property int cell: Theme.px(150)

    columns: 3
    spacing: Theme.px(18)
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Repeater {
        model: [...Identity.keys.slice(0, 9), "clear", Identity.keys[9], "erase"]

        BigButton {
            required property string modelData
            implicitWidth: pad.cell * 1.35
            implicitHeight: pad.cell * 0.82
            quiet: true
            text: modelData === "erase" ? "⌫" : modelData === "clear" ? "✕" : modelData
            Accessible.name: modelData === "erase" ? Shell.words["step.identity.erase"]
                : modelData === "clear" ? Shell.words["step.identity.clear"] : modelData
            onPressed: modelData === "erase" ? Identity.erase() : modelData === "clear" ? Identity.clear() : Identity.press(modelData)
        }
    }
}
