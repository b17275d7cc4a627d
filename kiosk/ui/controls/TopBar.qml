import QtQuick
import Gishe

// Where one is, and the way out.
Item {
    id: bar

    signal leave()
    signal technician()

    implicitHeight: Theme.px(112)

    Row {
        anchors { left: parent.left; verticalCenter: parent.verticalCenter }
        spacing: Theme.px(18)

        Rectangle {
            width: Theme.px(60)
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
                y: parent.height * 0.54
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
            text: Shell.language === "fa" ? "گیشه" : "Gishe"
            font.weight: Font.Bold
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Row {
        anchors.centerIn: parent
        spacing: Theme.px(12)
        visible: Shell.stepNumber > 0
        Accessible.name: Shell.words["shell.step"].replace("{number}", Shell.stepNumber).replace("{count}", Shell.stepCount)

        Repeater {
            model: Shell.stepCount

            Rectangle {
                required property int index
                width: index + 1 === Shell.stepNumber ? Theme.px(44) : Theme.px(16)
                height: Theme.px(16)
                radius: height / 2
                color: index < Shell.stepNumber ? Theme.primary : Theme.line
                Behavior on width { NumberAnimation { duration: 200 } }
            }
        }
    }
    BigButton {
        anchors { right: parent.right; verticalCenter: parent.verticalCenter }
        visible: Shell.stepNumber > 0 && Shell.step !== "result"
        implicitWidth: Theme.px(Shell.largeType ? 290 : 240)
        implicitHeight: Theme.px(92)
        quiet: true
        text: Shell.words["shell.leave"]
        onPressed: bar.leave()
    }
}
