// SPDX-License-Identifier: Apache-2.0
#pragma once
// One line per command; commands.cpp lists them with their summaries.

#include "programs/command/arguments.h"

namespace rehome::administration {

void declare_add_smp(cli::Arguments& arguments);
void declare_association_add(cli::Arguments& arguments);
void declare_association_edit(cli::Arguments& arguments);
void declare_association_import(cli::Arguments& arguments);
void declare_association_list(cli::Arguments& arguments);
void declare_association_remove(cli::Arguments& arguments);
void declare_association_show(cli::Arguments& arguments);
void declare_association_undelete(cli::Arguments& arguments);
void declare_authority_list(cli::Arguments& arguments);
void declare_authority_new(cli::Arguments& arguments);
void declare_authority_retire(cli::Arguments& arguments);
void declare_computer_add(cli::Arguments& arguments);
void declare_computer_list(cli::Arguments& arguments);
void declare_computer_remove(cli::Arguments& arguments);
void declare_computer_return_token(cli::Arguments& arguments);
void declare_computer_set(cli::Arguments& arguments);
void declare_computer_show(cli::Arguments& arguments);
void declare_computer_token(cli::Arguments& arguments);
void declare_cycle_list(cli::Arguments& arguments);
void declare_deletion_cycle(cli::Arguments& arguments);
void declare_deploy(cli::Arguments& arguments);
void declare_deployment_cancel(cli::Arguments& arguments);
void declare_deployment_list(cli::Arguments& arguments);
void declare_deployment_show(cli::Arguments& arguments);
void declare_discard_left_over(cli::Arguments& arguments);
void declare_folder_add(cli::Arguments& arguments);
void declare_folder_list(cli::Arguments& arguments);
void declare_folder_remove(cli::Arguments& arguments);
void declare_folder_set(cli::Arguments& arguments);
void declare_group_add(cli::Arguments& arguments);
void declare_group_list(cli::Arguments& arguments);
void declare_group_put(cli::Arguments& arguments);
void declare_group_remove(cli::Arguments& arguments);
void declare_group_show(cli::Arguments& arguments);
void declare_group_take(cli::Arguments& arguments);
void declare_login(cli::Arguments& arguments);
void declare_logout(cli::Arguments& arguments);
void declare_order_add(cli::Arguments& arguments);
void declare_order_cancel(cli::Arguments& arguments);
void declare_order_list(cli::Arguments& arguments);
void declare_sequence_keygen(cli::Arguments& arguments);
void declare_site_audit(cli::Arguments& arguments);
void declare_site_events(cli::Arguments& arguments);
void declare_site_set(cli::Arguments& arguments);
void declare_site_show(cli::Arguments& arguments);
void declare_smp_list(cli::Arguments& arguments);
void declare_smp_remove(cli::Arguments& arguments);
void declare_smp_set(cli::Arguments& arguments);
void declare_smp_show(cli::Arguments& arguments);
void declare_store_discard(cli::Arguments& arguments);
void declare_store_give_up(cli::Arguments& arguments);
void declare_store_list(cli::Arguments& arguments);
void declare_store_release(cli::Arguments& arguments);
void declare_store_resume(cli::Arguments& arguments);
void declare_store_retarget(cli::Arguments& arguments);
void declare_store_show(cli::Arguments& arguments);
void declare_token_add(cli::Arguments& arguments);
void declare_token_list(cli::Arguments& arguments);
void declare_token_remove(cli::Arguments& arguments);
void declare_user_add(cli::Arguments& arguments);
void declare_user_list(cli::Arguments& arguments);
void declare_user_password(cli::Arguments& arguments);
void declare_user_remove(cli::Arguments& arguments);

}  // namespace rehome::administration
