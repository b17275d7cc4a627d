import QtQuick

// A step's place: title and words above, content in the middle, actions low where every hand reaches.
Item {
    id: frame

    property string title: ""
    property string text: ""
    default property alias content: body.data
    property alias primary: bar.primary
    property alias quiet: bar.quiet
    property alias oneLine: bar.oneLine

    Column {
        id: head
        anchors { top: parent.top; left: parent.left; right: parent.right }
        spacing: Theme.px(10)

        Label {
            width: parent.width
            text: frame.title
            visible: text !== ""
            font.pixelSize: Theme.titleSize
            font.weight: Font.Bold
            lineHeight: 0.8
            Accessible.role: Accessible.Heading
        }
        Label {
            width: parent.width
            text: frame.text
            visible: text !== ""
            color: Theme.softInk
        }
    }
    Item {
        id: body
        anchors { top: head.bottom; left: parent.left; right: parent.right; bottom: bar.top }
        anchors.topMargin: head.height > 0 ? Theme.gap : 0
        anchors.bottomMargin: Theme.gap
    }
    ActionBar {
        id: bar
        anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
    }
}
