import QtQuick
import QtQuick.Layouts
import Gishe

// Other ways and the one thing to do next: below one another when upright, in one line when wide; low, in every hand's reach.
GridLayout {
    id: bar

    property alias primary: first.data
    property alias quiet: others.data
    property bool primaryShown: true
    property bool oneLine: !Theme.portrait

    columns: bar.oneLine ? 2 : 1
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap

    RowLayout {
        id: first
        spacing: Theme.gap
        visible: children.length > 0 && bar.primaryShown
        Layout.row: 0
        Layout.column: bar.oneLine ? 1 : 0
        Layout.fillWidth: true
    }
    RowLayout {
        id: others
        spacing: Theme.gap
        visible: children.length > 0
        uniformCellSizes: !bar.oneLine && !Shell.largeType
        Layout.row: bar.oneLine ? 0 : 1
        Layout.column: 0
        Layout.fillWidth: !bar.oneLine || !first.visible
    }
}
