// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/commands.h"

#include <array>

#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using cli::Command;
using cli::CommandGroup;

constexpr std::array kGroups = {
    CommandGroup{"site", "A site: make it, serve it, administer it"},
    CommandGroup{"site authority", "The site's certificate authorities"},
    CommandGroup{"site smp", "State migration points"},
    CommandGroup{"site folder", "Folders of state migration points"},
    CommandGroup{"site store", "Stores at the site"},
    CommandGroup{"site group", "Groups of computers"},
    CommandGroup{"site deployment", "Sequences that are deployed"},
    CommandGroup{"site user", "People who may use the site"},
    CommandGroup{"site token", "Tokens of programs"},
    CommandGroup{"sequence", "Task sequences"},
    CommandGroup{"store", "Look into, check, extract from and remove stores"},
    CommandGroup{"computer", "Computers of a site"},
    CommandGroup{"computer order", "Work that agents are to do"},
    CommandGroup{"association", "Whose state goes to which computer"},
};
constexpr std::array kCommands = {
    Command{"site login", "Log in to a site, for the commands that follow", declare_login},
    Command{"site logout", "End the session", declare_logout},
    Command{"site show", "Show the site and its settings", declare_site_show},
    Command{"site set", "Change settings of the site", declare_site_set},
    Command{"site audit", "List who did what, when and why", declare_site_audit},
    Command{"site events", "Follow what happens; --json prints one document a line", declare_site_events},
    Command{"site authority list", "List the authorities that are trusted", declare_authority_list},
    Command{"site authority new", "Make a new authority beside the ones before", declare_authority_new},
    Command{"site authority retire", "End all authorities but the newest", declare_authority_retire},
    Command{"site add-smp", "Make a server a state migration point", declare_add_smp},
    Command{"site smp list", "List the state migration points", declare_smp_list},
    Command{"site smp show", "Show one", declare_smp_show},
    Command{"site smp set", "Change one; it takes effect at once", declare_smp_set},
    Command{"site smp remove", "Take the role from its server", declare_smp_remove},
    Command{"site folder list", "List the folders of all state migration points", declare_folder_list},
    Command{"site folder add", "Give a state migration point a further folder", declare_folder_add},
    Command{"site folder set", "Change the limits of a folder", declare_folder_set},
    Command{"site folder remove", "Take a folder away from the site", declare_folder_remove},
    Command{"site delete-due", "Delete now what is due", declare_deletion_cycle},
    Command{"site deletions", "List what deletion cycles did, and what they failed at", declare_cycle_list},
    Command{"site discard-left-over", "Remove what a deletion cycle left for a time", declare_discard_left_over},
    Command{"site store list", "List the stores", declare_store_list},
    Command{"site store show", "Show one, with who waits for it", declare_store_show},
    Command{"site store release", "Make a complete capture available that was never released", declare_store_release},
    Command{"site store resume", "Give an abandoned capture more time", declare_store_resume},
    Command{"site store discard", "Let the next cycle delete it", declare_store_discard},
    Command{"site store give-up", "Say that an association no longer wants it", declare_store_give_up},
    Command{"store retarget", "Give a store at a site to another computer", declare_store_retarget},
    Command{"site group list", "List the groups of computers", declare_group_list},
    Command{"site group show", "Show one, with its computers", declare_group_show},
    Command{"site group add", "Add a group", declare_group_add},
    Command{"site group put", "Put computers into a group", declare_group_put},
    Command{"site group take", "Take a computer from a group", declare_group_take},
    Command{"site group remove", "Remove a group", declare_group_remove},
    Command{"site deploy", "Deploy a task sequence to computers", declare_deploy},
    Command{"site deployments", "List what is deployed, the newest first", declare_deployment_list},
    Command{"site deployment show", "Show one, and how it is on its computers", declare_deployment_show},
    Command{"site deployment cancel", "Cancel one where it has not ended", declare_deployment_cancel},
    Command{"sequence keygen", "Make a key that signs deployed sequences", declare_sequence_keygen},
    Command{"site user list", "List the users", declare_user_list},
    Command{"site user add", "Add a user", declare_user_add},
    Command{"site user password", "Change a password", declare_user_password},
    Command{"site user remove", "Remove a user", declare_user_remove},
    Command{"site token list", "List API tokens", declare_token_list},
    Command{"site token add", "Make an API token", declare_token_add},
    Command{"site token remove", "End an API token", declare_token_remove},
    Command{"computer list", "List the computers of the site", declare_computer_list},
    Command{"computer show", "Show one", declare_computer_show},
    Command{"computer add", "Add a computer before it is enrolled", declare_computer_add},
    Command{"computer set", "Change its name, note or quota", declare_computer_set},
    Command{"computer token", "Make a one-time token for a computer to enrol with", declare_computer_token},
    Command{"computer return-token", "Make one with which a reinstalled computer is the same again",
            declare_computer_return_token},
    Command{"computer order add", "Order steps that its agent is to run", declare_order_add},
    Command{"computer order list", "List what is ordered and not done", declare_order_list},
    Command{"computer order cancel", "Cancel an order that is not done", declare_order_cancel},
    Command{"computer remove", "Remove a computer", declare_computer_remove},
    Command{"association list", "List the associations", declare_association_list},
    Command{"association show", "Show one", declare_association_show},
    Command{"association add", "Associate two computers", declare_association_add},
    Command{"association edit", "Change which accounts it is about", declare_association_edit},
    Command{"association remove", "Delete one", declare_association_remove},
    Command{"association undelete", "Bring a deleted one back", declare_association_undelete},
    Command{"association import", "Make many from a CSV file", declare_association_import},
};

}  // namespace

cli::CommandTable commands() { return {kGroups, kCommands}; }

}  // namespace rehome::administration
