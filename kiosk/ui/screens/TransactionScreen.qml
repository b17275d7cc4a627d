import QtQuick
import Gishe
import "../controls"

// What the session is for.
ScreenFrame {
    id: frame
    title: Shell.words["step.transaction.title"]
    text: Shell.words["step.transaction.text"]

    FactRows { width: parent.width; rows: Transaction.facts }
    actions: [
        BigButton {
            text: Shell.words["step.transaction.confirm"]
            width: Theme.portrait ? frame.width : implicitWidth
            onPressed: Transaction.go_on()
        },
        BigButton { quiet: true; text: Shell.words["shell.back"]; onPressed: Shell.back() }
    ]
}
