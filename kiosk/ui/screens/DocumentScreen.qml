import QtQuick
import Gishe
import "../controls"

// The card before the camera.
ScreenFrame {
    title: Shell.words["step.document.title"]
    text: Shell.words["step.document.text"]

    MirrorView {
        anchors { top: parent.top; left: parent.left; right: parent.right; bottom: words.top; bottomMargin: Theme.gap }
        oval: false
        guide: Document.guide
        progress: 0
        good: Document.progress > 0
    }
    Label {
        id: words
        anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
        horizontalAlignment: Text.AlignHCenter
        text: Shell.cameraProblem !== "" ? Shell.cameraProblem : Document.guidance
        font.pixelSize: Theme.headingSize
        font.weight: Font.DemiBold
    }
    actions: [
        BigButton { quiet: true; text: Shell.words["shell.back"]; onPressed: Shell.back() },
        BigButton { quiet: true; text: Shell.words["shell.clerk"]; onPressed: Shell.clerk() },
        BigButton {
            quiet: true
            visible: Document.canSkip
            text: Shell.words["step.document.skip"]
            onPressed: Document.go_on()
        }
    ]
}
