import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// What will be sent.
ScreenFrame {
    title: Shell.words["step.review.title"]
    text: Shell.words["step.review.text"]

    ScrollArea {
        anchors.fill: parent

        FactRows { width: parent.width; rows: Review.rows }
    }
    primary: BigButton {
        text: Shell.words["step.review.confirm"]
        icon: "lock"
        Layout.fillWidth: true
        onPressed: Review.go_on()
    }
    quiet: BigButton {
        quiet: true
        icon: "cross"
        text: Shell.words["step.review.withdraw"]
        Layout.fillWidth: Theme.portrait
        onPressed: Review.withdraw()
    }
}
