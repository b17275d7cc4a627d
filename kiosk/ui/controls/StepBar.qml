pragma ComponentBehavior: Bound
import QtQuick
import Gishe

// How far one is: a part for each step.
Row {
    id: bar

    spacing: Theme.px(10)
    Accessible.role: Accessible.ProgressBar
    Accessible.name: Shell.words["shell.step"].replace("{number}", Shell.stepNumber).replace("{count}", Shell.stepCount)

    Repeater {
        model: Shell.stepCount

        Rectangle {
            required property int index
            width: (bar.width - (Shell.stepCount - 1) * bar.spacing) / Shell.stepCount
            height: Theme.px(index + 1 === Shell.stepNumber ? 14 : 8)
            anchors.verticalCenter: parent?.verticalCenter
            radius: height / 2
            color: index < Shell.stepNumber ? Theme.primary : Theme.strong ? "#555555" : Theme.line
            Behavior on height { NumberAnimation { duration: 200 } }
        }
    }
}
