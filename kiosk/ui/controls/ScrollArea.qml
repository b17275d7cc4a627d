import QtQuick
import Gishe

// More than fits: fades out where it goes on, and says so with a button for those who do not drag.
Item {
    id: area

    default property alias content: page.data
    readonly property bool more: flick.contentHeight - flick.contentY - flick.height > Theme.px(12)

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: page.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        NumberAnimation { id: glide; target: flick; property: "contentY"; duration: 320; easing.type: Easing.InOutQuad }

        Column {
            id: page
            width: flick.width - (flick.contentHeight > flick.height ? Theme.px(26) : 0)
            x: Shell.rightToLeft ? flick.width - width : 0
            spacing: Theme.px(26)
        }
    }
    Rectangle {
        visible: flick.contentHeight > flick.height
        anchors.right: parent.right
        y: flick.visibleArea.yPosition * flick.height
        width: Theme.px(10)
        height: flick.visibleArea.heightRatio * flick.height
        radius: width / 2
        color: Theme.edge
    }
    Rectangle {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.px(170)
        visible: area.more
        gradient: Gradient {
            GradientStop { position: 0; color: Qt.alpha(Theme.ground, 0) }
            GradientStop { position: 0.55; color: Theme.ground }
        }
    }
    BigButton {
        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom }
        visible: area.more
        quiet: true
        icon: "down"
        implicitHeight: Theme.smallTouch
        textSize: Theme.smallSize
        text: Shell.words["step.consent.more"]
        onPressed: {
            glide.to = Math.min(flick.contentHeight - flick.height, flick.contentY + flick.height * 0.7);
            glide.restart();
        }
    }
}
