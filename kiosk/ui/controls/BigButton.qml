import QtQuick

// The one thing to do next.
Rectangle {
    id: button

    required property string text
    property bool quiet: false
    property bool chosen: false
    property string glyph: ""

    signal pressed()

    implicitWidth: Math.max(Theme.px(320), row.implicitWidth + Theme.px(88))
    implicitHeight: Math.max(Theme.touch, row.implicitHeight + Theme.px(36))
    radius: Theme.radius
    opacity: enabled ? 1 : 0.4
    color: quiet ? (chosen ? Theme.primarySoft : Theme.surface) : Theme.primary
    border.width: quiet ? Math.max(chosen ? 3 : 1, Theme.px(chosen ? 5 : 2)) : 0
    border.color: chosen ? Theme.primary : Theme.line
    scale: touchArea.pressed ? 0.98 : 1
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.onPressAction: button.pressed()

    Behavior on scale { NumberAnimation { duration: 90 } }

    Row {
        id: row
        anchors.centerIn: parent
        spacing: Theme.px(20)

        Label {
            visible: button.glyph !== ""
            text: button.glyph
            color: words.color
            font.pixelSize: words.font.pixelSize
            anchors.verticalCenter: parent.verticalCenter
        }
        Label {
            id: words
            text: button.text
            color: button.quiet ? Theme.ink : Theme.inkOnPrimary
            font.pixelSize: button.quiet ? Theme.bodySize : Math.round(Theme.bodySize * 1.12)
            font.weight: button.quiet ? Font.Normal : Font.DemiBold
            horizontalAlignment: Text.AlignHCenter
            width: Math.min(implicitWidth, button.width - Theme.px(60))
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    MouseArea {
        id: touchArea
        anchors.fill: parent
        onClicked: button.pressed()
    }
}
