import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// What is kept, how long, why; three answers.
ScreenFrame {
    id: frame
    title: Consent.title

    ScrollArea {
        anchors.fill: parent

        Repeater {
            model: Consent.paragraphs

            Label { required property string modelData; width: parent?.width ?? 0; text: modelData }
        }
        Label { width: parent.width; text: Consent.version; color: Theme.softInk; font.pixelSize: Theme.smallSize }
    }
    primary: BigButton {
        text: Shell.words["step.consent.agree"]
        icon: "check"
        Layout.fillWidth: true
        onPressed: Consent.go_on()
    }
    quiet: [
        BigButton {
            quiet: true
            icon: "clerk"
            text: Shell.words["step.consent.clerk"]
            Layout.fillWidth: Theme.portrait
            onPressed: Consent.clerk()
        },
        BigButton {
            quiet: true
            text: Shell.words["step.consent.decline"]
            Layout.fillWidth: Theme.portrait
            onPressed: Consent.decline()
        }
    ]
}
