pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// The outcome in plain words, what happens next, the receipt. No picture of anybody.
ScreenFrame {
    id: frame

    readonly property bool approved: Result.outcome === "approve" || Result.outcome === "approve_deferred"
    readonly property color signColor: approved ? Theme.good : Result.outcome === "reject" ? Theme.stop : Theme.primary

    ScrollArea {
        anchors { top: parent.top; left: parent.left; bottom: Theme.portrait ? receipt.top : parent.bottom }
        anchors.bottomMargin: Theme.portrait ? Theme.gap : 0
        anchors.topMargin: Theme.px(Theme.portrait ? 60 : 10)
        anchors.right: Theme.portrait || !receipt.visible ? parent.right : receipt.left
        anchors.rightMargin: Theme.portrait ? 0 : Theme.gap * 1.5

        Rectangle {
            width: Theme.px(Theme.portrait ? 168 : 140)
            height: width
            radius: width / 2
            visible: Result.ready
            color: frame.signColor
            anchors.left: parent.left

            Icon {
                anchors.centerIn: parent
                width: parent.width * 0.56
                stroke: 2.4
                name: frame.approved ? "check" : Result.outcome === "reject" ? "cross" : "clerk"
                color: Theme.inkOnSign
            }
        }
        Label {
            width: parent.width
            text: Result.title
            font.pixelSize: Math.round(Theme.titleSize * 1.1)
            font.weight: Font.Bold
            lineHeight: 0.8
            Accessible.role: Accessible.Heading
        }
        Label {
            width: parent.width
            text: Result.ready ? Result.text : Shell.words["step.result.wait_text"]
            visible: text !== ""
            font.pixelSize: Theme.portrait ? Theme.headingSize : Theme.bodySize
            lineHeight: 0.82
        }
        Repeater {
            model: Result.reasons

            Item {
                id: reason
                required property string modelData
                width: parent?.width ?? 0
                height: why.implicitHeight

                Rectangle {
                    width: Theme.px(14)
                    height: width
                    radius: width / 2
                    color: frame.signColor
                    anchors { left: parent.left; top: parent.top; topMargin: why.font.pixelSize * 0.55 }
                }
                Label {
                    id: why
                    anchors { left: parent.left; right: parent.right; leftMargin: Theme.px(36) }
                    text: reason.modelData
                    color: Theme.softInk
                }
            }
        }
    }
    Rectangle {
        id: receipt
        visible: Result.receipt !== ""
        anchors { right: parent.right; bottom: parent.bottom }
        width: Theme.portrait ? parent.width : parent.width * 0.34
        height: Theme.portrait ? told.implicitHeight + Theme.px(64) : parent.height
        radius: Theme.radius
        color: Theme.surface
        border.width: Theme.hairline
        border.color: Theme.line

        GridLayout {
            id: told
            anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.px(32) }
            columns: Theme.portrait ? 2 : 1
            columnSpacing: Theme.px(36)
            rowSpacing: Theme.px(20)

            QrCode {
                cells: Result.qr
                implicitWidth: Theme.px(Theme.portrait ? 280 : 300)
                Layout.alignment: Qt.AlignHCenter | Qt.AlignTop
            }
            Column {
                spacing: Theme.px(6)
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignVCenter

                Label {
                    width: parent.width
                    text: Shell.words["step.result.receipt"]
                    color: Theme.softInk
                    font.pixelSize: Theme.smallSize
                }
                Label {
                    width: parent.width
                    text: Result.receipt
                    font.pixelSize: Theme.headingSize
                    font.weight: Font.Bold
                    font.letterSpacing: Theme.px(4)
                }
                Label {
                    width: parent.width
                    text: Shell.words["step.result.receipt_text"]
                    color: Theme.softInk
                    font.pixelSize: Theme.smallSize
                }
                Label {
                    width: parent.width
                    visible: text !== ""
                    text: Result.ready ? Result.trial : ""
                    color: Theme.caution
                    font.pixelSize: Theme.smallSize
                    font.weight: Font.DemiBold
                }
            }
        }
    }
    primary: BigButton {
        visible: Result.ready
        text: Shell.words["step.result.done"]
        Layout.fillWidth: true
        onPressed: Result.go_on()
    }
}
