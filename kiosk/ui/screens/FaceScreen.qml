import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// The oval, one picture, one line of words, the ring.
CameraFrame {
    id: screen

    title: Shell.words["step.face.title"]
    words: Face.guidance !== "" ? Face.guidance : Shell.words["step.face.text"]
    sign: Face.sign
    progress: Face.progress
    good: Face.good

    LeaveOutSheet {
        id: leaveOut
        parent: screen
        anchors.fill: parent
        z: 1
    }
    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: Shell.words["step.face.hint"]
        color: Theme.softInk
        font.pixelSize: Theme.smallSize
    }
    quiet: [
        BigButton {
            quiet: true
            icon: "back"
            text: Shell.words["shell.back"]
            Layout.fillWidth: true
            onPressed: Shell.back()
        },
        BigButton {
            quiet: true
            visible: Liveness.may_decline
            text: Shell.words["step.liveness.leave_out"]
            Layout.fillWidth: true
            onPressed: leaveOut.open = true
        },
        BigButton {
            quiet: true
            icon: "clerk"
            text: Shell.words["shell.clerk"]
            Layout.fillWidth: true
            onPressed: Shell.clerk()
        }
    ]
}
