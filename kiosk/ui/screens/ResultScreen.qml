import QtQuick
import Gishe
import "../controls"

// The outcome in plain words, what happens next, the receipt. No picture of anybody.
ScreenFrame {
    id: frame

    readonly property bool approved: Result.outcome === "approve" || Result.outcome === "approve_deferred"

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: parts.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds

    Grid {
        id: parts
        width: flick.width
        columns: Theme.portrait ? 1 : 2
        spacing: Theme.gap * 1.5

        Column {
            width: Theme.portrait ? frame.width : frame.width * 0.56
            spacing: Theme.px(26)

            Item {
                width: parent.width
                height: Theme.px(150)
                visible: Result.ready

                Rectangle {
                    width: Theme.px(150)
                    height: width
                    radius: width / 2
                    color: frame.approved ? Theme.good : Result.outcome === "reject" ? Theme.stop : Theme.primary
                    anchors.left: parent.left

                    Label {
                        anchors.centerIn: parent
                        text: frame.approved ? "✓" : Result.outcome === "reject" ? "✕" : "➔"
                        color: Theme.strong ? "#000000" : "#FFFFFF"
                        font.pixelSize: Theme.px(80)
                        rotation: Result.outcome === "refer" && Shell.rightToLeft ? 180 : 0
                    }
                }
            }
            Label {
                width: parent.width
                text: Result.title
                font.pixelSize: Math.round(Theme.titleSize * 1.15)
                font.weight: Font.Bold
                lineHeight: 0.8
            }
            Label { width: parent.width; text: Result.text; font.pixelSize: Theme.headingSize; visible: text !== "" }
            Repeater {
                model: Result.reasons

                Label {
                    required property string modelData
                    width: parent?.width ?? 0
                    text: "• " + modelData
                    color: Theme.softInk
                }
            }
            Label {
                width: parent.width
                visible: text !== ""
                text: Result.ready ? Result.trial : ""
                color: Theme.caution
                font.pixelSize: Theme.smallSize
            }
        }
        Column {
            spacing: Theme.px(14)
            visible: Result.receipt !== ""

            QrCode { cells: Result.qr }
            Label { text: Shell.words["step.result.receipt"]; color: Theme.softInk; font.pixelSize: Theme.smallSize }
            Label { text: Result.receipt; font.weight: Font.Bold; font.letterSpacing: Theme.px(3) }
        }
    }
    }
    actions: [
        BigButton {
            visible: Result.ready
            width: Theme.portrait ? frame.width : implicitWidth
            text: Shell.words["step.result.done"]
            onPressed: Result.go_on()
        }
    ]
}
