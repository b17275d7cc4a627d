pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe

// Which movements a person would rather not make. Each touch counts at once; nobody is asked why.
Sheet {
    id: sheet

    title: Shell.words["step.liveness.leave_out_title"]
    text: Shell.words["step.liveness.leave_out_text"]

    GridLayout {
        width: parent.width
        columns: Theme.portrait ? 2 : 3
        uniformCellWidths: true
        columnSpacing: Theme.px(20)
        rowSpacing: Theme.px(20)

        Repeater {
            model: Liveness.choices

            BigButton {
                required property var modelData
                quiet: true
                checkable: true
                chosen: modelData.declined
                enabled: !modelData.declined && Liveness.may_decline
                textSize: Theme.smallSize
                text: modelData.words
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                onPressed: Liveness.decline(modelData.name)
            }
        }
    }
    BigButton {
        text: Shell.words["step.liveness.leave_out_done"]
        width: parent.width
        onPressed: sheet.open = false
    }
}
