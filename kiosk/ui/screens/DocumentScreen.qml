pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// The card before the camera; then, where it says something else than was typed, both numbers side by side.
Item {
    id: screen

    readonly property bool differs: Document.phase === "differs"

    CameraFrame {
        anchors.fill: parent
        visible: !screen.differs
        title: Document.phase === "turn" ? Shell.words["step.document.turn"] : Document.phase === "tilt" ? Shell.words["step.document.tilt"] : Document.byHand ? "" : Shell.words["step.document.text"]
        words: Document.guidance
        sign: Document.phase === "turn" ? "turn_card" : Document.phase === "tilt" ? "tilt_card" : "card"
        oval: false
        guide: Document.guide
        outline: Document.outline
        progress: Document.progress
        good: Document.progress > 0 || Document.phase === "reading"

        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: Shell.words["step.document.trouble"]
            visible: Document.phase === "find" && !Document.byHand
            color: Theme.softInk
            font.pixelSize: Theme.smallSize
        }
        primaryShown: Document.byHand
        primary: BigButton {
            icon: "camera"
            text: Shell.words["step.document.by_hand"]
            Layout.fillWidth: true
            onPressed: Document.take()
        }
        quiet: [
            BigButton {
                quiet: true
                visible: Document.phase === "tilt"
                minimum: 0
                text: Shell.words["step.document.tilt_skip"]
                Layout.fillWidth: true
                onPressed: Document.leave_tilt()
            },
            BigButton {
                quiet: true
                icon: "back"
                minimum: 0
                visible: Document.phase !== "tilt"
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
    ScreenFrame {
        anchors.fill: parent
        visible: screen.differs
        title: Shell.words["step.document.differs_title"]
        text: Shell.words["step.document.differs"]

        Column {
            anchors { left: parent.left; right: parent.right }
            spacing: Theme.gap

            Repeater {
                model: Document.rows

                Rectangle {
                    id: card
                    required property var modelData
                    width: parent.width
                    height: pair.implicitHeight + Theme.px(56)
                    radius: Theme.radius
                    color: Theme.surface
                    border.width: Theme.hairline
                    border.color: Theme.line

                    Column {
                        id: pair
                        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.px(36) }
                        spacing: Theme.px(18)

                        Label {
                            width: parent.width
                            text: card.modelData.label
                            font.weight: Font.DemiBold
                        }
                        DigitRow {
                            width: parent.width
                            label: Shell.words["step.document.differs_typed"]
                            text: card.modelData.typed
                            marked: card.modelData.marked
                        }
                        DigitRow {
                            width: parent.width
                            label: Shell.words["step.document.differs_read"]
                            text: card.modelData.read
                            marked: card.modelData.marked
                        }
                    }
                }
            }
        }
        primary: BigButton {
            text: Shell.words["step.document.differs_correct"]
            icon: "back"
            Layout.fillWidth: true
            onPressed: Document.correct()
        }
        quiet: BigButton {
            quiet: true
            text: Shell.words["step.document.differs_stand"]
            Layout.fillWidth: Theme.portrait
            onPressed: Document.go_on()
        }
    }
}
