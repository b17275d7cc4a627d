import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// Language, assistance, start.
Item {
    id: screen

    Rectangle {
        id: hero
        anchors { left: parent.left; top: parent.top }
        anchors.bottom: Theme.portrait ? words.top : parent.bottom
        anchors.bottomMargin: Theme.portrait ? Theme.px(52) : 0
        width: Theme.portrait ? parent.width : parent.width * 0.36
        radius: Theme.radius * 1.4
        color: Theme.primaryDeep
        border.width: Theme.strong ? Theme.hairline : 0
        border.color: Theme.line
        clip: true

        Pattern {
            anchors.fill: parent
            anchors.margins: Theme.px(6)
            visible: !Theme.strong
            opacity: 0.2
        }
        // A window in the wall: the counter at which somebody looks out.
        Rectangle {
            id: opening
            anchors.centerIn: parent
            height: Math.min(parent.height * 0.7, parent.width * 0.72)
            width: height * 0.74
            radius: width / 2
            color: Theme.strong ? "#000000" : Theme.ground
            border.width: Theme.px(12)
            border.color: Theme.accent

            Rectangle {
                visible: !Theme.strong
                anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
                height: parent.height / 2
                radius: Theme.px(34)
                color: parent.color
                border.width: parent.border.width
                border.color: parent.border.color

                Rectangle {
                    anchors { left: parent.left; right: parent.right; top: parent.top }
                    anchors.leftMargin: Theme.px(12)
                    anchors.rightMargin: Theme.px(12)
                    height: parent.height * 0.5
                    color: parent.color
                }
            }
            HeadSign {
                id: face
                anchors.centerIn: parent
                anchors.verticalCenterOffset: parent.height * 0.02
                height: parent.height * 0.52
                width: height * 0.84

                SequentialAnimation on dx {
                    loops: Animation.Infinite
                    PauseAnimation { duration: 1800 }
                    NumberAnimation { to: -0.5; duration: 900; easing.type: Easing.InOutSine }
                    PauseAnimation { duration: 700 }
                    NumberAnimation { to: 0.5; duration: 1300; easing.type: Easing.InOutSine }
                    PauseAnimation { duration: 700 }
                    NumberAnimation { to: 0; duration: 900; easing.type: Easing.InOutSine }
                }
            }
        }
    }
    Column {
        id: words
        anchors { right: parent.right; bottom: controls.top; bottomMargin: Theme.px(48) }
        anchors.left: Theme.portrait ? parent.left : hero.right
        anchors.leftMargin: Theme.portrait ? 0 : Theme.px(72)
        spacing: Theme.px(16)

        Label {
            width: parent.width
            text: Shell.words["step.welcome.title"]
            font.pixelSize: Math.round(Theme.titleSize * 1.35)
            font.weight: Font.Bold
            lineHeight: 0.8
            Accessible.role: Accessible.Heading
        }
        Label {
            width: parent.width
            text: Shell.words["step.welcome.text"]
            font.pixelSize: Theme.headingSize
            lineHeight: 0.82
        }
        Item { width: 1; height: Theme.px(4) }
        Row {
            width: parent.width
            spacing: Theme.px(16)

            Icon { name: "lock"; color: Theme.softInk; width: Theme.px(44); anchors.verticalCenter: parent.verticalCenter }
            Label {
                width: parent.width - Theme.px(60)
                text: Shell.words["step.welcome.private"]
                color: Theme.softInk
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    Column {
        id: controls
        anchors { right: parent.right; bottom: parent.bottom; left: words.left }
        spacing: Theme.px(24)

        HelpBar { width: parent.width }
        LanguageBar { width: parent.width }
        BigButton {
            width: parent.width
            implicitHeight: Theme.px(Theme.portrait ? 172 : 150)
            textSize: Theme.headingSize
            icon: "forward"
            iconAfter: true
            text: Shell.words["step.welcome.start"]
            onPressed: Welcome.go_on()
        }
    }
}
