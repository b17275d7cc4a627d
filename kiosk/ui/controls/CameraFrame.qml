import QtQuick
import Gishe

// A step before the camera: the mirror above (or beside) the words, one picture of what to do, actions low.
Item {
    id: frame

    property string title: ""
    property string words: ""
    property bool good: false
    property string sign: ""
    property bool oval: true
    property real guide: 0.6
    property real progress: 0
    property var outline: []
    default property alias extra: below.data
    property alias primary: bar.primary
    property alias primaryShown: bar.primaryShown
    property alias quiet: bar.quiet
    readonly property bool problem: Shell.cameraProblem !== ""

    // Its place turns round with the script, what it shows does not.
    Item {
        id: mirror
        anchors { left: parent.left; top: parent.top }
        width: Theme.portrait ? parent.width : parent.width * 0.52
        height: Theme.portrait ? parent.height - bar.height - told.height - 2 * Theme.gap : parent.height

        MirrorView {
            anchors.fill: parent
            oval: frame.oval
            guide: frame.guide
            progress: frame.progress
            outline: frame.outline
            good: frame.good
        }
    }
    Item {
        id: told
        anchors { right: parent.right; bottom: bar.top; bottomMargin: Theme.gap }
        width: Theme.portrait ? parent.width : parent.width - mirror.width - Theme.gap * 1.5
        height: Theme.portrait ? Math.max(column.implicitHeight, Theme.px(560)) : parent.height - bar.height - Theme.gap

        Column {
            id: column
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter }
            spacing: Theme.px(18)

            Label {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: frame.title
                visible: text !== "" && !frame.problem
                color: Theme.softInk
            }
            GuideSign {
                anchors.horizontalCenter: parent.horizontalCenter
                height: Theme.px(Theme.portrait ? (Shell.largeType ? 190 : 230) : 300)
                visible: !frame.problem
                kind: frame.sign
            }
            Label {
                width: parent.width
                // Room for two lines, so that the mirror keeps its size from hint to hint.
                height: Math.max(implicitHeight, Math.round(font.pixelSize * (Theme.portrait ? 2.5 : 1.3)))
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
                text: frame.problem ? Shell.cameraProblem : frame.words
                color: frame.good && !frame.problem ? Theme.good : Theme.ink
                font.pixelSize: Theme.titleSize
                font.weight: Font.Bold
                lineHeight: 0.8
                Accessible.role: Accessible.AlertMessage
                Accessible.name: text
            }
            Column {
                id: below
                width: parent.width
                visible: !frame.problem
                spacing: Theme.px(18)
            }
        }
    }
    ActionBar {
        id: bar
        // Beside the mirror there is no room for a whole line.
        oneLine: !Theme.portrait && !(primaryShown && primary.length > 0)
        anchors { right: parent.right; bottom: parent.bottom }
        width: told.width
    }
}
