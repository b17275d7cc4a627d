import QtQuick
import Gishe

// Figures for the technician; F12 or a long touch on the sign.
Rectangle {
    visible: Shell.technician
    width: column.implicitWidth + Theme.px(48)
    height: column.implicitHeight + Theme.px(36)
    radius: Theme.px(16)
    color: "#E0101820"
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Column {
        id: column
        anchors.centerIn: parent
        spacing: Theme.px(6)

        Repeater {
            model: Shell.technicianRows

            Label {
                required property var modelData
                text: modelData.label + ": " + modelData.value
                color: "#DFF5E8"
                font.pixelSize: Math.max(11, Theme.px(22))
                wrapMode: Text.NoWrap
            }
        }
    }
}
