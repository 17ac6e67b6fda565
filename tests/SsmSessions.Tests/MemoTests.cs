using SsmSessions.Core;

namespace SsmSessions.Tests;

public sealed class MemoTests
{
    [Fact]
    public void A_thing_is_made_once()
    {
        var page = new Page("one");

        Assert.Same(page.Printed, page.Printed);
    }

    [Fact]
    public void A_changed_copy_begins_anew()
    {
        var page = new Page("one");
        Assert.Equal("printed one", page.Printed);

        Assert.Equal("printed two", (page with { Text = "two" }).Printed);
    }

    [Fact]
    public void What_was_made_is_no_part_of_the_value()
    {
        var page = new Page("one");
        Assert.Equal("printed one", page.Printed);

        Assert.Equal(new Page("one"), page);
        Assert.Equal(new Page("one").GetHashCode(), page.GetHashCode());
    }

    private sealed record Page(string Text)
    {
        private Memo _printed;

        public string Printed => _printed.Get(this, static page => "printed " + page.Text);
    }
}
