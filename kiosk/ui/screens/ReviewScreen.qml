import QtQuick
import Gishe
import "../controls"

// What will be sent.
ScreenFrame {
    id: frame
    title: Shell.words["step.review.title"]
    text: Shell.words["step.review.text"]

    Flickable {
        anchors.fill: parent
        contentHeight: rows.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        FactRows { id: rows; width: parent.width; height: implicitHeight; rows: Review.rows }
    }
    actions: [
        BigButton {
            text: Shell.words["step.review.confirm"]
            width: Theme.portrait ? frame.width : implicitWidth
            onPressed: Review.go_on()
        },
        BigButton { quiet: true; text: Shell.words["step.review.withdraw"]; onPressed: Review.withdraw() }
    ]
}
