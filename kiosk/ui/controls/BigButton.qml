import QtQuick

// What can be touched: the one thing to do next, or (quiet) another way.
Rectangle {
    id: button

    required property string text
    property bool quiet: false
    property bool chosen: false
    property bool checkable: false
    property string icon: ""
    property bool iconAfter: false
    property int textSize: quiet ? Theme.bodySize : Math.round(Theme.bodySize * 1.12)
    property int minimum: Theme.px(quiet ? 230 : 340)
    readonly property color inkNow: !enabled ? Theme.softInk : quiet ? Theme.ink : Theme.inkOnPrimary
    readonly property string iconNow: checkable && chosen ? "check" : icon
    readonly property real iconRoom: iconNow !== "" ? Math.round(textSize * 1.15) + row.spacing : 0

    signal pressed()

    implicitWidth: Math.max(minimum, words.implicitWidth + iconRoom + Theme.px(quiet ? 64 : 110))
    implicitHeight: Math.max(Theme.touch, words.implicitHeight + Theme.px(28))
    radius: Theme.radius
    color: !enabled ? Theme.disabledGround : quiet ? (chosen ? Theme.primarySoft : Theme.surface) : Theme.primary
    border.width: quiet ? (chosen ? Math.max(3, Theme.px(5)) : Theme.hairline) : 0
    border.color: chosen ? Theme.primary : Theme.line
    scale: touchArea.pressed ? 0.98 : 1
    Accessible.role: checkable ? Accessible.CheckBox : Accessible.Button
    Accessible.name: text
    Accessible.checkable: checkable
    Accessible.checked: checkable && chosen
    Accessible.onPressAction: button.pressed()

    Behavior on scale { NumberAnimation { duration: 90 } }

    Rectangle {
        anchors.fill: parent
        radius: parent.radius
        color: button.quiet ? Theme.primary : "black"
        opacity: touchArea.pressed ? 0.14 : 0
    }
    Row {
        id: row
        anchors.centerIn: parent
        spacing: Theme.px(words.text === "" ? 0 : 16)
        layoutDirection: button.iconAfter ? Qt.RightToLeft : Qt.LeftToRight

        Icon {
            name: button.iconNow
            visible: name !== ""
            color: button.inkNow
            width: Math.round(button.textSize * 1.15)
            height: width
            anchors.verticalCenter: parent.verticalCenter
        }
        Label {
            id: words
            text: button.text
            color: button.inkNow
            font.pixelSize: button.textSize
            font.weight: button.quiet && !button.chosen ? Font.Medium : Font.DemiBold
            horizontalAlignment: Text.AlignHCenter
            width: Math.min(implicitWidth, button.width - button.iconRoom - Theme.px(32))
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    MouseArea {
        id: touchArea
        anchors.fill: parent
        onClicked: button.pressed()
    }
}
