import QtQuick
import Gishe
import "../controls"

// What is kept, how long, why; three answers.
ScreenFrame {
    id: frame
    title: Consent.title

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: page.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        Column {
            id: page
            width: parent.width - Theme.px(24)
            spacing: Theme.px(26)

            Repeater {
                model: Consent.paragraphs

                Label { required property string modelData; width: page.width; text: modelData }
            }
            Label { width: parent.width; text: Consent.version; color: Theme.softInk; font.pixelSize: Theme.smallSize }
        }
        Rectangle {
            parent: flick
            visible: flick.contentHeight > flick.height
            x: Shell.rightToLeft ? 0 : flick.width - width
            y: flick.visibleArea.yPosition * flick.height
            width: Theme.px(10)
            height: flick.visibleArea.heightRatio * flick.height
            radius: width / 2
            color: Theme.line
        }
    }
    actions: [
        BigButton {
            text: Shell.words["step.consent.agree"]
            width: Theme.portrait ? frame.width : implicitWidth
            onPressed: Consent.go_on()
        },
        BigButton { quiet: true; text: Shell.words["step.consent.clerk"]; onPressed: Consent.clerk() },
        BigButton { quiet: true; text: Shell.words["step.consent.decline"]; onPressed: Consent.decline() }
    ]
}
