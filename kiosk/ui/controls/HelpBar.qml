import QtQuick
import Gishe

// Assistance that can be switched on in every step.
Flow {
    id: bar
    spacing: Theme.px(20)

    component Toggle: BigButton {
        required property string name
        quiet: true
        implicitWidth: Math.floor((bar.width - 2 * bar.spacing - 1) / 3)
        implicitHeight: Theme.px(Shell.largeType ? 140 : 96)
        glyph: chosen ? "✓" : ""
        onPressed: Shell.toggle_help(name, !chosen)
    }
    Toggle { name: "large_type"; text: Shell.words["help.large_type"]; chosen: Shell.largeType }
    Toggle { name: "high_contrast"; text: Shell.words["help.high_contrast"]; chosen: Shell.highContrast }
    Toggle { name: "more_time"; text: Shell.words["help.more_time"]; chosen: Shell.moreTime }
}
