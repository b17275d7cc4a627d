import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// The card before the camera.
CameraFrame {
    title: Shell.words["step.document.text"]
    words: Document.guidance
    sign: "card"
    oval: false
    guide: Document.guide
    progress: Document.progress
    good: Document.progress > 0

    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: Shell.words["step.document.trouble"]
        color: Theme.softInk
        font.pixelSize: Theme.smallSize
    }
    quiet: [
        BigButton {
            quiet: true
            icon: "back"
            minimum: 0
            text: Shell.words["shell.back"]
            Layout.fillWidth: true
            onPressed: Shell.back()
        },
        BigButton {
            quiet: true
            minimum: 0
            visible: Document.canSkip
            text: Shell.words["step.document.skip"]
            Layout.fillWidth: true
            onPressed: Document.go_on()
        },
        BigButton {
            quiet: true
            minimum: 0
            icon: "clerk"
            text: Shell.words["shell.clerk"]
            Layout.fillWidth: true
            onPressed: Shell.clerk()
        }
    ]
}
