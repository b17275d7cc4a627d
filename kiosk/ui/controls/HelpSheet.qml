import QtQuick
import QtQuick.Layouts
import Gishe

// In every step: language, assistance, a clerk.
Sheet {
    id: sheet

    title: Shell.words["help.title"]

    LanguageBar { width: parent.width }
    HelpBar { width: parent.width }
    ActionBar {
        width: parent.width
        primary: BigButton {
            text: Shell.words["leave.stay"]
            Layout.fillWidth: true
            onPressed: sheet.open = false
        }
        quiet: BigButton {
            quiet: true
            icon: "clerk"
            text: Shell.words["leave.clerk"]
            Layout.fillWidth: Theme.portrait
            onPressed: {
                sheet.open = false;
                Shell.clerk();
            }
        }
    }
}
