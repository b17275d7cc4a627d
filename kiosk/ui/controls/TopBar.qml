import QtQuick
import Gishe

// Where one is, help, and the way out.
Item {
    id: bar

    signal leave()
    signal help()
    signal technician()

    readonly property bool underWay: Shell.stepNumber > 0 && Shell.step !== "result"

    implicitHeight: Theme.smallTouch + Theme.px(underWay ? 44 : 8)

    Row {
        anchors { left: parent.left; top: parent.top }
        height: Theme.smallTouch
        spacing: Theme.px(18)

        Rectangle {
            width: Theme.px(64)
            height: width
            radius: Theme.px(18)
            color: Theme.primary
            anchors.verticalCenter: parent.verticalCenter

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.height * 0.2
                width: parent.width * 0.26
                height: width
                radius: width / 2
                color: Theme.inkOnPrimary
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.height * 0.56
                width: parent.width * 0.6
                height: parent.height * 0.14
                radius: height / 2
                color: Theme.inkOnPrimary
            }
            MouseArea {
                anchors.fill: parent
                pressAndHoldInterval: 2500
                onPressAndHold: bar.technician()
            }
        }
        Label {
            text: Shell.words["shell.brand"]
            font.pixelSize: Theme.headingSize
            font.weight: Font.Bold
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Row {
        anchors { right: parent.right; top: parent.top }
        spacing: Theme.px(18)
        visible: bar.underWay

        BigButton {
            quiet: true
            minimum: Theme.px(190)
            implicitHeight: Theme.smallTouch
            icon: "help"
            text: Shell.words["help.short"]
            textSize: Theme.smallSize
            onPressed: bar.help()
        }
        BigButton {
            quiet: true
            minimum: Theme.px(190)
            implicitHeight: Theme.smallTouch
            icon: "leave"
            text: Shell.words["shell.leave"]
            textSize: Theme.smallSize
            onPressed: bar.leave()
        }
    }
    StepBar {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.px(14)
        visible: bar.underWay
    }
}
