import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// What the session is for.
ScreenFrame {
    oneLine: true
    title: Shell.words["step.transaction.title"]
    text: Shell.words["step.transaction.text"]

    FactRows { width: parent.width; y: Theme.px(Theme.portrait ? 40 : 8); rows: Transaction.facts }
    primary: BigButton {
        text: Shell.words["step.transaction.confirm"]
        icon: "check"
        Layout.fillWidth: true
        onPressed: Transaction.go_on()
    }
    quiet: BigButton {
        quiet: true
        icon: "back"
        text: Shell.words["shell.back"]
        onPressed: Shell.back()
    }
}
