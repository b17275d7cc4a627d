pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// The movement that is asked, as picture and words; time and what is done.
CameraFrame {
    id: screen

    words: Liveness.waiting ? Shell.words["step.liveness.waiting"] : Liveness.guidance
    sign: Light.coming ? "light" : Liveness.waiting ? "good" : Liveness.gesture !== "" ? Liveness.gesture : "straight"
    progress: Liveness.window

    LeaveOutSheet {
        id: leaveOut
        parent: screen
        anchors.fill: parent
        z: 1
    }
    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: Shell.words["step.liveness.light_text"]
        visible: Light.coming
        color: Theme.softInk
    }
    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: Liveness.waiting ? Shell.words["step.liveness.waiting_text"] : Liveness.attempt
        visible: text !== ""
        color: Theme.softInk
    }
    Row {
        // All movements are done by then, and large type needs the place.
        visible: !Light.coming
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.px(22)
        Accessible.role: Accessible.ProgressBar
        Accessible.name: Shell.words["step.liveness.progress"].replace("{done}", Liveness.done).replace("{count}", Liveness.count)

        Repeater {
            model: Liveness.count

            Rectangle {
                id: dot
                required property int index
                readonly property bool done: index < Liveness.done
                width: Theme.px(60)
                height: width
                radius: width / 2
                color: done ? Theme.good : Theme.surface
                border.width: Theme.px(index === Liveness.done ? 6 : 4)
                border.color: done ? Theme.good : index === Liveness.done ? Theme.primary : Theme.line

                Icon {
                    anchors.centerIn: parent
                    visible: dot.done
                    name: "check"
                    stroke: 3
                    width: parent.width * 0.62
                    color: Theme.inkOnSign
                }
            }
        }
    }
    quiet: [
        BigButton {
            quiet: true
            visible: Light.coming
            text: Shell.words["step.liveness.light_leave_out"]
            Layout.fillWidth: true
            onPressed: Light.leave_out()
        },
        BigButton {
            quiet: true
            visible: Liveness.may_decline && !Light.coming
            text: Shell.words[Liveness.gesture !== "" ? "step.liveness.decline" : "step.liveness.leave_out"]
            Layout.fillWidth: true
            onPressed: {
                if (Liveness.gesture !== "")
                    Liveness.decline(Liveness.gesture);
                else
                    leaveOut.open = true;
            }
        },
        BigButton {
            quiet: true
            icon: "clerk"
            text: Shell.words["step.liveness.clerk"]
            Layout.fillWidth: true
            onPressed: Liveness.clerk()
        }
    ]
}
