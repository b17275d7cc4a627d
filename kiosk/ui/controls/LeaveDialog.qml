import QtQuick
import QtQuick.Layouts
import Gishe

// Asks once before a session is left.
Sheet {
    id: dialog

    title: Shell.words["leave.title"]
    text: Shell.words["leave.text"]

    ActionBar {
        width: parent.width
        primary: BigButton {
            text: Shell.words["leave.stay"]
            Layout.fillWidth: true
            onPressed: dialog.open = false
        }
        quiet: BigButton {
            quiet: true
            icon: "leave"
            text: Shell.words["leave.stop"]
            Layout.fillWidth: Theme.portrait
            onPressed: {
                dialog.open = false;
                Shell.decline();
            }
        }
    }
}
