import QtQuick
import QtQuick.Layouts
import Gishe

// Assistance that can be switched on and off.
GridLayout {
    id: bar

    columns: 3
    columnSpacing: Theme.px(20)
    rowSpacing: Theme.px(20)
    uniformCellWidths: true

    component Toggle: BigButton {
        required property string name
        quiet: true
        checkable: true
        minimum: 0
        textSize: Theme.smallSize
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredWidth: 1
        onPressed: Shell.toggle_help(name, !chosen)
    }
    Toggle { name: "large_type"; icon: "type"; text: Shell.words["help.large_type"]; chosen: Shell.largeType }
    Toggle { name: "high_contrast"; icon: "contrast"; text: Shell.words["help.high_contrast"]; chosen: Shell.highContrast }
    Toggle { name: "more_time"; icon: "clock"; text: Shell.words["help.more_time"]; chosen: Shell.moreTime }
}
