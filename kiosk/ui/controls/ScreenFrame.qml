import QtQuick

// A step's place: title and words above, content in the middle, actions low where every hand reaches.
Item {
    id: frame

    property string title: ""
    property string text: ""
    default property alias content: body.data
    property alias actions: buttons.data

    Label {
        id: heading
        anchors { top: parent.top; left: parent.left; right: parent.right }
        anchors.topMargin: Theme.px(8)
        text: frame.title
        font.pixelSize: Theme.titleSize
        font.weight: Font.Bold
        lineHeight: 0.8
        Accessible.role: Accessible.Heading
    }
    Label {
        id: lead
        anchors { top: heading.bottom; left: parent.left; right: parent.right; topMargin: Theme.px(14) }
        text: frame.text
        color: Theme.softInk
        visible: text !== ""
    }
    Item {
        id: body
        anchors { top: frame.text === "" ? heading.bottom : lead.bottom; left: parent.left; right: parent.right }
        anchors.bottom: buttons.top
        anchors.topMargin: Theme.gap
        anchors.bottomMargin: buttons.visible ? Theme.gap : 0
    }
    Flow {
        id: buttons
        anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
        spacing: Theme.gap
        visible: children.length > 0
    }
}
