import QtQuick
import Gishe

// Covers everything while the machine cannot serve; the technician's overlay stays above it.
Rectangle {
    id: cover

    visible: Shell.outOfService !== ""
    color: Theme.ground

    // Nothing below may be touched.
    MouseArea { anchors.fill: parent }
    Column {
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.margin }
        spacing: Theme.gap

        Label {
            width: parent.width
            text: Shell.words["out_of_service.title"]
            font.pixelSize: Math.round(Theme.titleSize * 1.35)
            font.weight: Font.Bold
            lineHeight: 0.8
            Accessible.role: Accessible.Heading
        }
        Label {
            width: parent.width
            text: Shell.words["out_of_service.text"]
            font.pixelSize: Theme.headingSize
            lineHeight: 0.82
        }
        Label {
            width: parent.width
            text: Shell.outOfService
            color: Theme.softInk
            font.pixelSize: Theme.smallSize
        }
    }
    LanguageBar {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: Theme.margin }
        anchors.bottomMargin: Theme.px(44)
    }
}
