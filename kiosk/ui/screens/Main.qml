import QtQuick
import Gishe
import "../controls"

// The one window: bar, the step's screen, the time that is left, questions above all.
Window {
    id: window

    width: 1080
    height: 1920
    visible: false
    title: "Gishe"
    color: Theme.ground

    Binding { target: Theme; property: "windowWidth"; value: window.width }
    Binding { target: Theme; property: "windowHeight"; value: window.height }

    Shortcut { sequence: "F12"; onActivated: Shell.toggle_technician() }

    Item {
        id: root
        anchors.fill: parent
        LayoutMirroring.enabled: Shell.rightToLeft
        LayoutMirroring.childrenInherit: true

        TopBar {
            id: bar
            visible: !closed.visible && Light.colour === ""
            anchors { top: parent.top; left: parent.left; right: parent.right; margins: Theme.margin }
            anchors.topMargin: Theme.px(32)
            onLeave: leave.open = true
            onHelp: help.open = true
            onTechnician: Shell.toggle_technician()
        }
        Loader {
            id: screen
            visible: !closed.visible && Light.colour === ""
            anchors { top: bar.bottom; left: parent.left; right: parent.right; bottom: hurry.top }
            anchors.margins: Theme.margin
            anchors.topMargin: Theme.gap
            anchors.bottomMargin: Theme.px(Shell.hurry ? 28 : 44)
            source: Shell.step.charAt(0).toUpperCase() + Shell.step.slice(1) + "Screen.qml"
            onLoaded: arrive.restart()

            NumberAnimation { id: arrive; target: screen; property: "opacity"; from: 0; to: 1; duration: 220 }
        }
        HurryBar {
            id: hurry
            opacity: Light.colour === "" ? 1 : 0
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: Theme.margin }
            anchors.bottomMargin: visible ? Theme.px(40) : 0
        }
        LightField { anchors.fill: parent }
        HelpSheet { id: help; anchors.fill: parent }
        LeaveDialog { id: leave; anchors.fill: parent }
        Connections {
            target: Shell
            function onChanged() {
                if (Shell.step === "welcome" || Shell.step === "result")
                    help.open = leave.open = false;
            }
        }
        OutOfService { id: closed; anchors.fill: parent }
        TechnicianOverlay { x: Theme.px(24); y: parent.height - height - Theme.px(24) }
    }
}
